"""One way to trust tokens: the algorithms, and where their keys come from."""

from dataclasses import replace

from countersign.access_token import Rules, verify_access_token
from countersign.errors import TokenError, VerifierError
from countersign.json_object import JsonObject
from countersign.jwks_source import JwksSource
from countersign.jws import Trust
from countersign.key_source import FixedKeys, Keys, KeySource
from countersign.notices import Notices
from countersign.options import Clock
from countersign.trust import TrustOptions


class Lane:
    """Judges tokens with the keys of one source only. `rules` are those of all lanes."""

    def __init__(self, rules: Rules, options: TrustOptions, now: Clock, notices: Notices) -> None:
        algorithms = tuple(options.algorithms)
        self._rules = replace(rules, trust=Trust(keys=(), algorithms=algorithms))
        self._now = now
        self._source = _source_of(options, now, notices)

    def current(self) -> Keys | None:
        """Return the keys at hand; the very same as before unless they changed."""
        return self._source.current()

    def ready(self) -> None:
        """Wait until keys are at hand; `VerifierError` if they cannot be had."""
        self._source.ready()

    def verify(self, token: str) -> JsonObject:
        """Return the claims of a token. May wait for keys. `TokenError`, `VerifierError`."""
        if self._source.must_wait():
            self._source.ready()
        try:
            return self._verify(token)
        except TokenError as error:
            if error.code != "unknown_key" or not self._source.refetch():
                raise
        return self._verify(token)

    def verify_now(self, token: str) -> JsonObject | None:
        """Do the same without waiting; `None` if only waiting would tell."""
        if self._source.must_wait():
            return None
        try:
            return self._verify(token)
        except TokenError as error:
            if error.code != "unknown_key" or not self._source.may_refetch():
                raise
        return None

    def _verify(self, token: str) -> JsonObject:
        keys = self._source.current()
        if keys is None:
            raise VerifierError("the keys are not loaded yet", retry_after_seconds=1)
        rules = self._rules
        if rules.trust.keys is not keys:
            trust = Trust(keys=keys, algorithms=rules.trust.algorithms)
            rules = self._rules = replace(rules, trust=trust)
        return verify_access_token(token, rules, self._now())


def _source_of(options: TrustOptions, now: Clock, notices: Notices) -> KeySource:
    if options.jwks_url is not None:
        return JwksSource(options.jwks_url, now=now, notices=notices)
    return FixedKeys(options.fixed_keys())
