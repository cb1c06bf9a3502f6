"""How an organization comes to its end: shut at once, erased later, restored until then."""
