// OpenID providers that log in whom `login_hint` names, at once and without a page.
// node provider.mjs PACKAGES '[{"issuer": ..., "port": ..., "jwks": ..., "clients": [...]}]'
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [packages, described] = process.argv.slice(2);
const library = join(packages, "node_modules", "oidc-provider", "lib", "index.js");
const { default: Provider } = await import(pathToFileURL(library).href);

// Whoever is named has an account: `ada@example.com`, and `unverified+...` has not confirmed it.
const findAccount = (_, email) => ({
  accountId: email,
  claims: () => ({
    sub: email.length > 200 ? email : `person|${email}`,
    email,
    email_verified: !email.startsWith("unverified"),
    name: email.split("@")[0],
    preferred_username: email,
  }),
});

async function logIn(provider, req, res) {
  const { params, prompt, grantId, session } = await provider.interactionDetails(req, res);
  if (params.login_hint === "nobody") {
    const refused = { error: "access_denied", error_description: "nobody is here" };
    return provider.interactionFinished(req, res, refused);
  }
  if (prompt.name === "login") {
    return provider.interactionFinished(req, res, { login: { accountId: params.login_hint } });
  }
  const accountId = session.accountId;
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(req, res, { consent }, { mergeWithLastSubmission: true });
}

async function serve({ issuer, port, jwks, clients, thin }) {
  const path = new URL(issuer).pathname.replace(/\/$/, "");
  const provider = new Provider(issuer, {
    jwks,
    clients,
    findAccount,
    conformIdTokenClaims: thin, // then what scopes ask for is in userinfo alone
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username"] },
    cookies: { keys: ["tests"] },
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "ES384", "EdDSA"] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `${path}/interaction/${uid}` },
    pkce: { required: () => true },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  });
  // A test learns its callback's address too late to register it.
  provider.Client.prototype.redirectUriAllowed = (uri) => uri.startsWith("http://127.0.0.1:");
  const answer = provider.callback();
  const server = createServer((req, res) => {
    if (req.url.startsWith(`${path}/interaction/`)) {
      logIn(provider, req, res).catch((error) => res.writeHead(500).end(String(error)));
      return;
    }
    if (path && req.url.startsWith(`${path}/`)) {
      req.originalUrl = req.url;
      req.url = req.url.slice(path.length);
    }
    answer(req, res);
  });
  await new Promise((listening) => server.listen(port, "127.0.0.1", listening));
}

await Promise.all(JSON.parse(described).map(serve));
console.log("ready");
