// Uploads a file as a page would, stopping after some bytes if asked to; prints what came of it.
import { createReadStream, statSync } from "node:fs"
import { createRequire } from "node:module"

const require = createRequire(process.env.PACKAGES + "/")
const tus = require("tus-js-client")

const { endpoint, token, file, chunkSize, stopAt, uploadUrl, metadata } = JSON.parse(process.argv[2])
const say = told => console.log(JSON.stringify(told))

const upload = new tus.Upload(createReadStream(file), {
  endpoint,
  uploadUrl,
  ...(chunkSize && { chunkSize }),
  uploadSize: statSync(file).size,
  headers: { Authorization: `Bearer ${token}` },
  metadata,
  retryDelays: [100, 500, 1000, 2000, 4000, 8000, 16000, 16000],
  onProgress: sent => {
    if (stopAt && sent >= stopAt) {
      upload.abort().then(() => say({ stopped: sent, url: upload.url }))
    }
  },
  onError: error => {
    say({ error: error.message })
    process.exitCode = 1
  },
  onSuccess: () => say({ url: upload.url }),
})
upload.start()
