"""The windows of ``auth.forward.quotas`` in Redis: one script, one round trip, one clock for every gateway."""

import asyncio

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from auth.forward.ports import QuotasUnavailable
from auth.forward.quotas import Decision, Plan, Use

MICROSECONDS = 1_000_000
CONNECTIONS = 32
TIMEOUT_SECONDS = 0.25
"""Redis answers in a fraction of a millisecond. Past this it counts as away: nobody waits at the door for it."""

# KEYS: the times of the minute's requests (a list, newest first), the counts of the hour by slice (a hash with the
# sum "n" and the number "f" of the first slice that is still there). ARGV: both limits, then lengths in microseconds:
# of the minute and of the hour, guard included, and of a slice.
# A key goes by itself once nothing in it counts any more.
SCRIPT = """\
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local log, hour = KEYS[1], KEYS[2]
local burst, sustained = tonumber(ARGV[1]), tonumber(ARGV[2])
local minute_length, hour_length, slice = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

-- Where the clock was set back, time stands still until it has caught up.
local newest = redis.call('LINDEX', log, 0)
if newest then now = math.max(now, tonumber(newest)) end

local oldest = redis.call('LINDEX', log, -1)
while oldest and tonumber(oldest) <= now - minute_length do
  redis.call('RPOP', log)
  oldest = redis.call('LINDEX', log, -1)
end
local in_minute = redis.call('LLEN', log)

local kept = redis.call('HMGET', hour, 'n', 'f')
local in_hour, first = tonumber(kept[1]) or 0, tonumber(kept[2])
local keep = math.floor((now - hour_length) / slice)
local this = math.floor(now / slice)
while first and first <= this and (first < keep or redis.call('HEXISTS', hour, first) == 0) do
  if first < keep then
    in_hour = in_hour - (tonumber(redis.call('HGET', hour, first)) or 0)
    redis.call('HDEL', hour, first)
  end
  first = first + 1
end
if in_hour <= 0 then in_hour, first = 0, nil end

local allowed = 0
if in_minute < burst and in_hour < sustained then
  allowed = 1
  redis.call('LPUSH', log, string.format('%.0f', now))
  redis.call('PEXPIRE', log, math.ceil(minute_length / 1000))
  in_minute, in_hour = in_minute + 1, in_hour + 1
  oldest = oldest or now
  first = math.min(first or this, this)
  redis.call('HINCRBY', hour, this, 1)
  redis.call('PEXPIRE', hour, math.ceil((hour_length + slice) / 1000))
end
if first then redis.call('HSET', hour, 'n', in_hour, 'f', first) end

local frees, back = 0, 0
if oldest then frees = tonumber(oldest) + minute_length - now end
if first then back = (first + 1) * slice + hour_length - now end
return {allowed, in_minute, frees, in_hour, back}
"""


class RedisQuotas:
    """A :class:`auth.forward.ports.SharedQuotas`. ``prefix`` goes before every key."""

    def __init__(self, url: str, *, prefix: str = "pavilion:quota:") -> None:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            timeout=TIMEOUT_SECONDS,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self._redis = Redis.from_pool(pool)
        self._script = self._redis.register_script(SCRIPT)
        self._prefix = prefix

    async def take(self, caller: str, plan: Plan) -> Decision:
        # The braces: both keys lie on one node of a cluster, where a script may touch them together.
        keys = [f"{self._prefix}{{{caller}}}:{window}" for window in ("minute", "hour")]
        lengths = (
            plan.burst_seconds + plan.guard_seconds,
            plan.sustained_seconds + plan.guard_seconds,
            plan.slice_seconds,
        )
        arguments = [plan.burst, plan.sustained, *(round(each * MICROSECONDS) for each in lengths)]
        try:
            async with asyncio.timeout(2 * TIMEOUT_SECONDS):
                answer = await self._script(keys=keys, args=arguments)
        except (RedisError, OSError, TimeoutError) as error:
            raise QuotasUnavailable(f"{type(error).__name__}: {error}") from error
        allowed, in_minute, frees, in_hour, back = answer
        return Decision(
            allowed == 1,
            plan,
            Use(in_minute, frees / MICROSECONDS),
            Use(in_hour, back / MICROSECONDS),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()
