"""The same seed gives the same load and the same faults; another one gives others; every fault can be drawn."""

from chaos.faults.catalogue import FAULTS
from chaos.faults.schedule import draw_faults
from chaos.links import CALLED, Wiring, link_names
from chaos.load import OPERATIONS, draw_arrivals
from chaos.points import POINTS, VICTIMS, victims_of


def _faults(seed: str, *, seconds: float = 30.0) -> list[str]:
    return [str(planned) for planned in draw_faults(seed, seconds=seconds, every=1.0, short=True)]


def _arrivals(seed: str, *, seconds: float = 30.0) -> list[tuple[float, str, str]]:
    drawn = draw_arrivals(seed, seconds=seconds, per_second=10.0)
    return [(arrival.at, arrival.operation.name, arrival.seed) for arrival in drawn]


def test_a_seed_always_gives_the_same_load_and_faults() -> None:
    assert _faults("1") == _faults("1")
    assert _arrivals("1") == _arrivals("1")
    assert _faults("1") != _faults("2")
    assert _arrivals("1") != _arrivals("2")


def test_every_operation_and_every_fault_is_drawn_sooner_or_later() -> None:
    assert {name for _, name, _ in _arrivals("1", seconds=300)} == {operation.name for operation in OPERATIONS}
    drawn = {planned.fault.name for planned in draw_faults("1", seconds=3000, every=1.0, short=False)}
    assert drawn == {fault.name for fault in FAULTS}


def test_enough_stories_meet_every_pair_of_point_and_victim() -> None:
    met = {
        (point, victim)
        for number in range(len(VICTIMS))
        for point, victim in zip(POINTS, victims_of(number), strict=True)
    }

    assert len(met) == len(POINTS) * len(VICTIMS)


def test_a_process_is_told_the_addresses_of_links_and_nothing_else_changes() -> None:
    names = link_names()
    wiring = Wiring(links={name: 20_000 + n for n, name in enumerate(names)}, kafka_doors={"documents": 30_000})
    ports = {server: 8_000 + n for n, server in enumerate({name.partition(">")[2] for name in names})}
    told = {
        "DOCUMENTS_POSTGRES__DSN": f"postgresql://a:b@127.0.0.1:{ports['postgres']}/documents",
        "DOCUMENTS_TOKENS__ISSUER": f"https://localhost:{ports['sandbox']}",
        "DOCUMENTS_HTTP__PORT": f"{ports['documents-api']}",
        "OTHER": f"127.0.0.1:{ports['postgres']}0",
    }

    found = wiring.rewire("documents", told, ports)

    link = wiring.links["documents>postgres"]
    assert found == told | {"DOCUMENTS_POSTGRES__DSN": f"postgresql://a:b@127.0.0.1:{link}/documents"}
    assert set(CALLED) == {name.partition(">")[0] for name in names}
