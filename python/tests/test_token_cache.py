from concurrent.futures import ThreadPoolExecutor

from countersign import Identity
from countersign.token_cache import TokenCache


def identity(number: int, session_id: str = "s") -> Identity:
    return Identity("u", "e", "user", session_id, str(number), "c", 0, 100, {})


def held(cache: TokenCache, count: int) -> list[int]:
    return [number for number in range(count) if cache.get(f"a.b.{number}", 0)]


def test_keeps_no_more_than_it_may() -> None:
    cache = TokenCache(10)

    for number in range(100):
        cache.set(f"a.b.{number}", identity(number))

    assert 5 <= len(held(cache, 100)) <= 10
    assert cache.get("a.b.99", 0)


def test_keeps_what_is_used() -> None:
    cache = TokenCache(10)
    cache.set("a.b.0", identity(0))

    for number in range(1, 100):
        cache.set(f"a.b.{number}", identity(number))
        assert cache.get("a.b.0", 0)


def test_answers_for_exactly_one_token() -> None:
    cache = TokenCache(10)
    cache.set("a.b.0", identity(0))

    assert cache.get("a.c.0", 0) is None
    assert cache.get("x" * 9000 + ".b.0", 0) is None
    assert cache.get("a.b.0", 99.9)
    assert cache.get("a.b.0", 100) is None
    assert cache.get("a.b.0", float("nan")) is None


def test_forgets_a_session_in_both_generations() -> None:
    cache = TokenCache(8)
    for number in range(6):
        cache.set(f"a.b.{number}", identity(number, "odd" if number % 2 else "even"))

    cache.forget_session("odd")

    assert held(cache, 6) == [0, 2, 4]


def test_may_be_used_by_many_threads() -> None:
    cache = TokenCache(16)

    def work(offset: int) -> None:
        for step in range(2000):
            number = (offset + step) % 40
            found = cache.get(f"a.b.{number}", 0)
            assert found is None or found.token_id == str(number)
            cache.set(f"a.b.{number}", identity(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    assert len(held(cache, 40)) <= 16
