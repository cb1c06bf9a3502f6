"""The console: pages over the same use cases that the API and the command line drive.

Each page is a small module with a router, a template of the same name, and a line in `navigation`
if it is in the menu. A page never does anything on a GET; what it does it does by a form that works
without a script, and asks first where it can't be undone.
"""

from entrypoints.http.console import (
    account,
    audit,
    collections,
    files,
    flags,
    home,
    jobs,
    members,
    organization,
    payments,
    people,
    plane,
    settings,
    signing_in,
    stats,
    subscription,
    webhooks,
)

ROUTERS = (
    home.router,
    home.assets,
    signing_in.router,
    signing_in.leaving,
    account.router,
    account.proving,
    organization.router,
    members.router,
    subscription.router,
    files.router,
    stats.router,
    webhooks.router,
    collections.router,
    flags.router,
    settings.router,
    audit.router,
    plane.router,
    people.router,
    payments.router,
    jobs.router,
    home.anything,
)
