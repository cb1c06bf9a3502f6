"""The small pages that links in mails lead to: plain HTML, no script, no cookie.

A page never acts on a GET, because mail scanners follow links; its button posts. Nothing rides on a
cookie, so there is nothing that another site could forge (CSRF): whoever posts must bring the
secret itself, a token or a password. Asking for a mail needs none, but then anybody may ask, the
answer is always the same, and a throttle counts.
"""
