"""The small pages that links in mails lead to: plain HTML, no script, no cookie.

A page never acts on a GET, because mail scanners follow links; its button posts. Nothing rides on a
cookie, so there is nothing to forge: every form carries its own secret, a token or a password.
"""
