"""Cursors come from the server alone: none that was made up is sent as a good one."""
import schemathesis


def without_cursor(value):
    return {name: part for name, part in value.items() if name != "cursor"} if isinstance(value, dict) else value


@schemathesis.hook
def map_query(context, query):
    return without_cursor(query)


@schemathesis.hook
def map_body(context, body):
    return without_cursor(body)
