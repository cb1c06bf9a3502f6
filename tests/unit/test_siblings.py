"""Numbers of several processes, joined to one text."""

from prometheus_client.parser import text_string_to_metric_families

from entrypoints.http.siblings import merged

TOLD = b"""\
# HELP jobs_total Jobs carried out.
# TYPE jobs_total counter
jobs_total{name="mails.send",outcome="a \\"b\\" {c}"} 3.0
# HELP db_pool_waiting Tasks that wait for a connection.
# TYPE db_pool_waiting gauge
db_pool_waiting 1.0
"""
OTHER = b"""\
# HELP db_pool_waiting Tasks that wait for a connection.
# TYPE db_pool_waiting gauge
db_pool_waiting 1.0
# HELP mails_sent_total Mails handed over.
# TYPE mails_sent_total counter
mails_sent_total{outcome="sent"} 2.0
"""


def test_every_number_is_kept_in_its_metric_with_the_process_it_comes_from() -> None:
    joined = merged({"7": TOLD, "8": OTHER}).decode()

    families = list(text_string_to_metric_families(joined))
    assert [one.name for one in families] == ["jobs", "db_pool_waiting", "mails_sent"]
    assert [[(one.labels, one.value) for one in family.samples] for family in families] == [
        [({"worker": "7", "name": "mails.send", "outcome": 'a "b" {c}'}, 3)],
        [({"worker": "7"}, 1), ({"worker": "8"}, 1)],
        [({"worker": "8", "outcome": "sent"}, 2)],
    ]
    assert joined.count("# HELP db_pool_waiting") == joined.count("# TYPE db_pool_waiting") == 1


def test_a_process_without_an_answer_changes_nothing() -> None:
    assert merged({"7": TOLD, "8": b""}) == merged({"7": TOLD})
    assert merged({"7": b""}) == b""
