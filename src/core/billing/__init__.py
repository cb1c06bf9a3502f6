"""What organizations pay for and may use: customers, plans, subscriptions, invoices, entitlements.

The payment provider owns what is paid. What is kept here of it is a mirror that can be thrown away;
what plans mean, who may do what, and when access ends are decided here.
"""
