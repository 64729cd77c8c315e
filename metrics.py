"""What `/metrics` shows (Prometheus). Labels are codes: no call SID, no number, no words."""

from prometheus_client import Counter, Gauge, Histogram

_LATENCY_BUCKETS_SEC = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0)

CALLS = Counter("ava_calls_total", "Finished calls by outcome", ["outcome"])
CALLS_REFUSED = Counter("ava_calls_refused_total", "Calls that got no slot, or streams that were closed", ["reason"])
SLOTS_IN_USE = Gauge("ava_slots_in_use", "Calls that hold a slot")
SLOTS_LIMIT = Gauge("ava_slots_limit", "MAX_CONCURRENT_CALLS")
VOICE_TO_VOICE = Histogram(
    "ava_voice_to_voice_seconds", "End of the caller's speech to AVA's first audio", buckets=_LATENCY_BUCKETS_SEC
)
LATENCY_PART = Histogram(
    "ava_latency_part_seconds", "A turn's parts: endpointing, stt, llm, tts", ["part"], buckets=_LATENCY_BUCKETS_SEC
)
GREETING = Histogram(
    "ava_greeting_seconds", "Stream start to AVA's first audio", buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0)
)
EXTRACTIONS = Counter("ava_extractions_total", "Extraction attempts by result", ["result"])
JSON_FAILURES = Counter("ava_json_failures_total", "Answers of the extraction engine that were no valid lead", ["kind"])
HANDOFFS = Counter("ava_handoffs_total", "Calls handed to a person, or a call-back promised, by reason", ["reason"])
TRANSFERS = Counter("ava_transfers_total", "Numbers that were dialled for a caller, by result", ["number", "result"])
TRIAGE = Counter("ava_triage_total", "Turns in which triage found something, by class", ["urgency"])
FAILED_TURNS = Counter("ava_failed_turns_total", "Turns that AVA did not understand", ["kind"])
LEADS = Counter("ava_leads_total", "Leads by what happened to them", ["state"])
LEADS_WAITING = Gauge("ava_leads_waiting", "Leads that no CRM has yet")
STT_DROPPED = Counter("ava_stt_dropped_total", "Transcripts that were held to be invented, by reason", ["reason"])
FAILOVERS = Counter("ava_failovers_total", "Turns or sentences that another engine took over", ["engine", "code"])
GUARD = Counter("ava_guard_verdicts_total", "Sentences of AVA's by the guard's rule and verdict", ["rule", "verdict"])
ENGINE_ERRORS = Counter("ava_engine_errors_total", "Errors of engines", ["engine", "code"])
STORAGE_ERRORS = Counter("ava_storage_errors_total", "Writes of call records that failed", ["code"])
HANGUPS = Counter("ava_hangups_total", "REST requests that ended or moved a call", ["result"])
LOOP_LAG = Histogram(
    "ava_event_loop_lag_seconds", "How late the event loop wakes", buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)
)
TASKS = Gauge("ava_tasks", "Tasks of the event loop")
THREADS = Gauge("ava_threads", "Threads of the process")

if __name__ == "__main__":
    from prometheus_client import generate_latest

    print(generate_latest().decode())
