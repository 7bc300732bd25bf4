"""What only code can say to schemathesis: whose call it is, that nobody ends their own token, and that cursors come from the server alone."""
import itertools
import os

import schemathesis


@schemathesis.auth(refresh_interval=None)
class Tokens:
    """A token makes so many calls in five minutes, so that several take turns."""

    turns = itertools.cycle(os.environ["HOMEWARD_API_TOKENS"].split())

    def get(self, case, context):
        return next(self.turns)

    def set(self, case, token, context):
        case.headers["Authorization"] = f"Bearer {token}"


OWN = set(os.environ["HOMEWARD_API_OWN"].split())


@schemathesis.hook
def before_call(context, case, kwargs):
    """No call ends the tokens that calls are made with, and no cursor that was made up is sent as a good one."""
    if case.path_parameters and case.path_parameters.get("token") in OWN:
        case.path_parameters["token"] = os.environ["HOMEWARD_API_TOKEN"]
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    for part in (case.query, case.body):
        if isinstance(part, dict):
            part.pop("cursor", None)
