"""Which errors end a run because a quota or the credit is used up, as a table of errors of real providers."""

import json

import pytest

from generator.model.failures import CallTarget, classify_response

TARGET = CallTarget(endpoint="https://models.example/v1", model="small-1")
GOOGLE = "type.googleapis.com/google.rpc"
GOOGLE_SAYS = "You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits."


def error(message, **fields):
    return {"error": {"message": message, **fields}}


def google(*quotas, message=GOOGLE_SAYS, wrapped=True):
    violations = [{"quotaMetric": "generativelanguage.googleapis.com/x", "quotaId": name} for name in quotas]
    details = [
        {"@type": f"{GOOGLE}.QuotaFailure", "violations": violations},
        {"@type": f"{GOOGLE}.RetryInfo", "retryDelay": "38s"},
    ]
    body = error(message, code=429, status="RESOURCE_EXHAUSTED", details=details if quotas else [])
    return [body] if wrapped else body


EXHAUSTED = [
    (429, error("Limit of 100 requests per 24 hours exceeded")),
    (403, error("Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys", code=403)),
    # OpenAI
    (429, error(GOOGLE_SAYS, type="insufficient_quota", code="insufficient_quota")),
    (429, error("Your account is not active, please check your billing details on our website.", code="billing_not_active")),
    (429, error("Rate limit reached for gpt-4 in organization org-1 on requests per day (RPD): Limit 200, Used 200, Requested 1. Please try again in 7m12s. You can increase your rate limit by adding a payment method.", type="requests", code="rate_limit_exceeded")),
    (400, error("Billing hard limit has been reached", code="billing_hard_limit_reached")),
    # Google
    (429, google("GenerateRequestsPerDayPerProjectPerModel-FreeTier")),
    (429, google("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "GenerateRequestsPerDayPerProjectPerModel-FreeTier")),
    (429, google("GenerateRequestsPerDayPerProjectPerModel", message="You exceeded your current quota. Please migrate to Gemini 2.5 Pro Preview for higher quota limits.", wrapped=False)),
    (429, error(json.dumps(google("GenerateRequestsPerDayPerProjectPerModel-FreeTier", wrapped=False)), code=429)),
    (429, error(f"{GOOGLE_SAYS}\n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 0, model: gemini-3-pro\nPlease retry in 50.4s.", code=429, status="RESOURCE_EXHAUSTED")),
    (429, error("Your prepayment credits are depleted. Please go to AI Studio to manage your project and billing.", status="RESOURCE_EXHAUSTED")),
    (403, error("Daily Limit Exceeded", errors=[{"reason": "dailyLimitExceeded"}])),
    # OpenRouter
    (429, error("Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day", code=429)),
    (429, error("Rate limit exceeded: free-models-per-day-high-balance. ", code=429)),
    (402, error("Insufficient credits. Add more using https://openrouter.ai/settings/credits", code=402)),
    (402, error("This request requires more credits, or fewer max_tokens. You requested up to 64000 tokens, but can only afford 2666.", code=402)),
    (403, error("Key limit exceeded (daily limit). Manage it using https://openrouter.ai/settings/keys", code=403)),
    # Groq
    (429, error("Rate limit reached for model `llama-3.3-70b-versatile` in organization `org_1` service tier `on_demand` on tokens per day (TPD): Limit 100000, Used 97050, Requested 3619. Please try again in 9m38.016s. Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing", type="tokens", code="rate_limit_exceeded")),
    (429, error("Rate limit reached for model `m` on requests per day (RPD): Limit 14400, Used 14400, Requested 1. Please try again in 6s.")),
    # Cerebras, GitHub Models, Cloudflare, Cohere, Hugging Face
    (429, {"message": "Tokens per day limit exceeded - too many tokens processed.", "type": "too_many_tokens_error", "param": "quota", "code": "token_quota_exceeded"}),
    (429, error("Rate limit of 150 per 86400s exceeded for UserByModelByDay. Please wait 43200 seconds before retrying.", code="RateLimitReached")),
    (429, error("4006: you have used up your daily free allocation of 10,000 neurons, please upgrade to Cloudflare's Workers Paid plan if you would like to continue usage.")),
    (429, {"message": "You are using a Trial key, which is limited to 1000 API calls / month. You can continue to use the Trial key for free or upgrade to a Production key."}),
    (402, error("You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get 20x more monthly included usage.")),
    # xAI
    (429, "Your team 16f2 has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits or raise your spending limit."),
    (403, {"code": "permission denied", "error": "Your newly created team doesn't have any credits yet. You can purchase credits on https://console.x.ai."}),
    # DeepSeek, Anthropic, Fireworks, Together, Moonshot, Zhipu, SiliconFlow, Volcengine, DashScope, LiteLLM
    (402, error("Insufficient Balance", type="unknown_error", code="invalid_request_error")),
    (400, {"type": "error", **error("Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.", type="invalid_request_error")}),
    (412, error("Account acme is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices.", code="PRECONDITION_FAILED")),
    (402, error("Credit limit exceeded, please navigate to https://api.together.ai/settings/billing", type="credit_limit")),
    (429, error("Your account org-1 <ak-1> is suspended, please check your plan and billing details", type="exceeded_current_quota_error")),
    (429, error("余额不足或无可用资源包,请充值。", code="1113")),
    (403, {"code": 30001, "message": "Sorry, your account balance is insufficient", "data": None}),
    (403, error("The request failed because your account has an overdue balance.", code="AccountOverdueError")),
    (400, error("Access denied, please make sure your account is in good standing.", code="Arrearage", type="Arrearage")),
    (403, error("The free tier of the model has been exhausted. If you wish to continue access the model on a paid basis, please disable the mode.", code="AllocationQuota.FreeTierOnly")),
    (429, error("litellm.RateLimitError: OpenAIException - You exceeded your current quota, please check your plan and billing details.", type="throttling_error")),
    (500, error("upstream: insufficient_quota")),
    (500, error("litellm.InternalServerError: OpenAIException - You exceeded your current quota, please check your plan and billing details.")),
    (503, error("no", code="insufficient_quota")),
    (429, error("You have exhausted your daily quota on this model.")),
    (429, error("Quota exceeded for quota metric 'Gemini 2.5 Pro Requests' and limit 'Gemini 2.5 Pro Requests per day per user per tier' of service 'cloudcode-pa.googleapis.com'.")),
    (403, error("Your account has arrears.")),
    (429, error("Your organization has no prepaid credits left.")),
    # LiteLLM, Bedrock
    (400, error("Budget has been exceeded! Current cost: 10.2, Max budget: 10.0", type="budget_exceeded", code="400")),
    (429, error("Budget has been exceeded! Current cost: 10.2, Max budget: 10.0", type="budget_exceeded", code="429")),
    (400, error("Budget has been exceeded! Current cost: 0.0010747, Max budget: 0.0", type="auth_error", code=400)),
    (400, error("litellm.BadRequestError: OpenAIException - Budget has been exceeded! Team=99c7 Current cost: 14.1, Max budget: 14.0", code="400")),
    (400, error("ExceededBudget: End User=ada over budget. Spend=0.0009, Budget=0.0001")),
    (429, error("LiteLLM User: ada, exceeded budget for model=large", type="budget_exceeded", code="429")),
    (429, error("No deployments available - crossed budget: Exceeded budget for deployment model_name: m, model_id: 1: 0.363 >= 0.1")),
    (429, {"message": "Too many tokens per day, please wait before trying again."}),
    # Others: periods, credit and quotas in other words, in codes, with the wait in the body
    (429, error("Daily request limit exceeded")),
    (429, error("You have exceeded the 50 requests/day limit for free users.")),
    (429, error("Requests per day limit reached. Resets at midnight UTC.")),
    (429, error("Rate limit exceeded: 1000 per 1 day")),
    (429, {"detail": "Daily limit reached"}),
    (429, error("quota exceeded", code="daily_quota_exceeded")),
    (429, error("Limit exceeded", reason="dailyLimitExceeded")),
    (429, error("You have no remaining credits")),
    (429, error("Your credits have run out")),
    (403, error("Insufficient quota")),
    (429, error("Out of credits. Please top up.")),
    (403, error("You have exhausted your capacity on this model. Your quota will reset after 13h.")),
    (429, error("Usage limit reached. Access resets at 2099-01-01T00:00:00Z")),
    (429, error("The usage limit has been reached", type="usage_limit_reached", resets_in_seconds=20000)),
    (429, error("Quota exceeded for aiplatform.googleapis.com/generate_content_requests_per_day_per_project with base model: gemini")),
    (429, error("rate limited", code="rpd_limit")),
    (429, error("Your plan's monthly token limit is reached")),
    (402, {"detail": "pay"}),
    (429, error("Trial quota used up")),
    (429, error("Insufficient account balance")),
    (403, error("Your account balance is not enough to run this query")),
    (400, error("insufficient_user_quota", code="insufficient_user_quota")),
    (403, error("用户额度不足, 剩余额度: ＄0.00", type="new_api_error", code="insufficient_user_quota")),
    (403, error("该令牌额度已用尽", code="pre_consume_token_quota_failed")),
    (429, error("Request was rejected due to rate limiting. Details: RPD limit reached.")),
    (429, error("Request was rejected due to rate limiting. Details: TPD limit reached.")),
    (429, error("Quota exceeded: 200 requests in 24 hours")),
    (429, error("You have hit your limit of 50 messages per 24h")),
    (429, error("Free tier daily tokens exhausted")),
    (429, error("FREE_QUOTA_EXHAUSTED")),
    (403, error("billing account disabled", status="BILLING_DISABLED")),
    (429, error("Request quota exceeded", code="QuotaExceeded", retry_after=50000)),
    (429, "Daily quota exceeded"),
    (429, error("Too many requests", limit_type="requests_per_day")),
    (503, error("x", code="insufficient_quota")),
    (429, error("token-limit-exceeded: You've used all of your 100000 tokens for today")),
    (429, error("Concurrency limit reached for requests, daily")),
]  # fmt: skip

PASSING = [
    (429, error("Rate limit reached for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Used 29000, Requested 3000. Please try again in 4s. You can increase your rate limit by adding a payment method.", code="rate_limit_exceeded")),
    (429, error("Rate limit reached for model `m` in organization `o` service tier `on_demand` on tokens per minute (TPM): Limit 6000, Used 5034, Requested 1443. Please try again in 4.77s. Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing")),
    (429, google("GenerateRequestsPerMinutePerProjectPerModel-FreeTier")),
    (429, google("GenerateContentInputTokensPerModelPerMinute-FreeTier", wrapped=False)),
    (429, google()),
    (429, error("Resource exhausted. Please try again later.", status="RESOURCE_EXHAUSTED")),
    (429, error("Rate limit exceeded: free-models-per-min. Add 10 credits to unlock 1000 free model requests per day", code=429)),
    (429, error("Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-02-01 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 60 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.", code="429")),
    (429, error("Rate limit of 15 per 60s exceeded for UserByModelByMinute. Please wait 41 seconds before retrying.")),
    (429, {"message": "You are using a Trial key, which is limited to 10 API calls / minute. You can continue to use the Trial key for free or upgrade to a Production key."}),
    (429, {"message": "Requests rate limit exceeded", "type": "rate_limited", "code": "1300"}),
    (429, {"message": "Service tier capacity exceeded for this model.", "type": "service_tier_capacity_exceeded", "code": "3505"}),
    (429, error("Too many requests. Please slow down, or upgrade to a monthly plan with 10,000 requests per day.")),
    (429, error("Number of request tokens has exceeded your per-minute rate limit. Contact sales to discuss your options for a daily limit increase.")),
    (429, error("Allocated quota exceeded, please increase your quota limit.", code="Throttling.AllocationQuota")),
    (429, {"error": "Too Many Requests", "message": "You have exceeded your usage limits. Please try again later or contact Fireworks to explore dedicated capacity."}),
    (429, "slow down"),
    (429, error("You have exceeded the rate limit. Limits: 1000 requests per day, 10 requests per minute.")),
    (429, error("Rate limit exceeded (tier: 1,000 requests/day, 5 requests/second). Please retry after 1 second.")),
    (429, error("Rate limit exceeded. Your plan allows a limit of 10,000 requests per day. Retry after 20 seconds.")),
    (429, error("Daily limit of your plan exceeded. Please try again in 1 minute.")),
    (429, error("Limit of 500 requests per day and 3 per second exceeded for accounts without credits")),
    (429, google("GenerateRequestsPerMinutePerProjectPerModel", message="You exceeded your current quota. The limit of 250 requests per day is not reached.")),
    (429, error("Too many requests. To get more credits see pricing")),
    (429, error("Too many requests, no credits were charged for this one.")),
    (429, error("Too many requests. For a credit limit of your own, or a spending limit, see the console.")),
    (429, error("Rate limit reached, 12 overdue jobs in the queue")),
    (429, {"message": "Too many tokens, please wait before trying again."}),
    (429, error("Concurrency limit reached")),
    (429, error("TPM limit reached, please try again later")),
    (429, error("Request was rejected due to rate limiting. Details: TPM limit reached.")),
    (429, error("Rate limit exceeded: 20 per 1 minute")),
    (429, error("You have exceeded your hourly limit")),
    (429, error("Requests are busy today, please try again in 10 seconds")),
    (429, error("Quota exceeded for aiplatform.googleapis.com/online_prediction_requests_per_base_model with base model: m. Please submit a quota increase request.")),
    (429, error("Engine is currently overloaded, please try again later", type="engine_overloaded_error")),
]  # fmt: skip

LLAMA = "Failed to parse input at pos 12: "
NOT_EXHAUSTED = [
    (500, error(f"{LLAMA}A credit limit is the largest sum that a bank lends, and once the credit limit is exceeded a fee is due.")),
    (500, error(f"{LLAMA}Your account has an overdue balance, says the bank, and the daily limit is reached.")),
    (500, error(f"{LLAMA}Students who are out of credits or have an insufficient balance must pay 40 per month, please wait 7200 seconds.")),
    (503, error("No available workers; overdue jobs in the queue")),
    (500, error("upstream job overdue")),
    (502, error("arrears table locked")),
    (503, error("Service unavailable, the daily backup is running, quota 20 per day")),
    (400, error("Input: my credit limit is exceeded. Invalid.")),
    (422, error("Input: my credit limit is exceeded")),
    (422, error("messages[1].content: why is an account suspended for an insufficient balance?")),
    (400, error("Invalid question 'Why is my credit balance too low?'")),
]  # fmt: skip


def classified(status, body, **headers):
    raw = body if isinstance(body, str) else json.dumps(body)
    return classify_response(status, headers, raw.encode(), TARGET)


@pytest.mark.parametrize(("status", "body"), EXHAUSTED)
def test_an_exhausted_quota_or_credit_ends_the_run(status, body):
    failure = classified(status, body)
    assert (failure.kind, failure.cause, failure.billed) == ("fatal", "quota-exhausted", "no")
    assert failure.message.startswith("the quota or credit at https://models.example/v1 is used up (")


@pytest.mark.parametrize(("status", "body"), PASSING)
def test_a_short_term_limit_does_not_end_the_run_whatever_it_advises(status, body):
    assert (classified(status, body).kind, classified(status, body).retryable) == ("rate_limit", True)


@pytest.mark.parametrize(("status", "body"), NOT_EXHAUSTED)
def test_an_error_that_repeats_a_text_or_has_another_reason_does_not_end_the_run(status, body):
    failure = classified(status, body)
    assert (failure.kind, failure.cause) == ("transient" if status >= 500 else "request", f"http-{status}")


@pytest.mark.parametrize(
    ("wait", "kind"), [("120", "rate_limit"), ("1800", "rate_limit"), ("3600", "fatal"), ("86400", "fatal")]
)
def test_a_wait_of_hours_ends_the_run_and_one_of_minutes_does_not(wait, kind):
    failure = classified(429, "Too many requests", **{"retry-after": wait})
    assert failure.kind == kind
    assert ("it asks to wait" in failure.message) == (kind == "fatal")


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_question_repeated_by_an_error_is_not_taken_for_its_reason(status):
    asked = "What happens when an account has an insufficient balance and the daily limit is reached?"
    body = error(f"1 validation error for ChatCompletionRequest: messages[1].content: {'x' * 60} {asked}")
    assert classified(status, body).cause == f"http-{status}"


def test_an_overloaded_server_is_not_exhausted():
    assert classified(503, error("Service unavailable, the daily backup is running")).kind == "transient"
    assert classified(500, error("The server had an error")).kind == "transient"
