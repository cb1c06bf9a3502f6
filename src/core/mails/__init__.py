"""Mails: written by a module, rendered and sent by a job."""
