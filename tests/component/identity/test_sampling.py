"""What a worker reads for the metrics: the keys that sign tokens."""

from identity.application.signing_keys import RotateSigningKeys
from identity.bootstrap import SERVICE
from support.figures import figure
from support.identity import Identity


async def test_signing_keys_are_counted_by_state_with_their_age(identity: Identity) -> None:
    (sample,) = SERVICE.build_samples(identity.application)
    await identity.application.tokens.published_keys()
    await identity.pool.execute("update signing_keys set since = now() - interval '91 days' where state = 'active'")
    await sample()
    assert figure("platform_signing_keys", state="active") == 1
    assert figure("platform_signing_key_seconds", state="active") >= 91 * 86_400

    await identity.application.tokens.rotate_signing_keys(RotateSigningKeys())
    await sample()

    assert figure("platform_signing_keys", state="active") == 1
    assert figure("platform_signing_keys", state="published") == 1
    assert figure("platform_signing_key_seconds", state="published") < 60
