-- Callbacks of ever new users, and the result as one line of JSON.
local made = 0
local started = os.time()
local salt = math.floor(os.clock() * 1e6) % 1000000

wrk.method = "POST"
wrk.headers["content-type"] = "application/json"

function request()
  made = made + 1
  local body = string.format(
    '{"CallbackCommand":"OfficialAccount.CallbackAfterDeleteSubscriber","Official_Account":"@TOA#_bench",' ..
    '"Operator_Account":"admin","SubscribeAccountList":[{"Subscriber_Account":"u-%d-%d-%d"}],"EventTime":%d}',
    started, salt, made, started * 1000)
  return wrk.format(nil, nil, nil, body)
end

function done(summary, latency)
  local errors = summary.errors
  local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format(
    'RESULT {"requests":%d,"durationUs":%d,"p50Us":%d,"p99Us":%d,"failures":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), failures))
end
