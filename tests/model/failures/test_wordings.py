"""What errors of real servers, providers and gateways mean, as a table; those with status 200 are errors too."""

import json

import pytest

from generator.model.failures import CallTarget, classify_bad_reply, classify_response
from generator.model.reply.reply import BadReply

TARGET = CallTarget(endpoint="https://models.example/v1", model="small-1")


def error(message, **fields):
    return {"error": {"message": message, **fields}}


def upstream(code, raw, message="Provider returned error"):
    return error(message, code=code, metadata={"raw": raw, "provider_name": "Upstream"})


WORDINGS = [
    # vLLM, SGLang, TGI, llama.cpp, llama-cpp-python, Ollama, LM Studio, TabbyAPI
    (400, {"object": "error", "message": "This model's maximum context length is 4096 tokens. However, you requested 9500 tokens (3500 in the messages, 6000 in the completion).", "type": "BadRequestError", "code": 400}, "too-long"),
    (400, error("The decoder prompt (length 5000) is longer than the maximum model length of 4096. Make sure that `max_model_len` is no smaller than the number of text tokens."), "too-long"),
    (400, error("Requested token count exceeds the model's maximum context length of 8192 tokens. You requested a total of 9500 tokens."), "too-long"),
    (400, error("The input (5000 tokens) is longer than the model's context length (4096 tokens)."), "too-long"),
    (422, {"error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097. Given: 3700 `inputs` tokens and 1000 `max_new_tokens`", "error_type": "validation"}, "too-long"),
    (400, error("the request exceeds the available context size, try increasing it", type="exceed_context_size_error", n_prompt_tokens=5000, n_ctx=4096), "too-long"),
    (400, error("Requested tokens (9500) exceed context window of 4096"), "too-long"),
    (400, {"error": "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough."}, "too-long"),
    (404, {"error": {"message": "model \"llama9\" not found, try pulling it first", "type": "api_error"}}, "no-such-model"),
    (404, {"error": {"message": "No models loaded. Please load a model in the developer page.", "type": "invalid_request_error", "code": "model_not_found"}}, "no-such-model"),
    (503, error("Loading model", type="unavailable_error", code=503), "http-503"),
    (500, error("llama runner process has terminated: exit status 2", type="api_error"), "http-500"),
    (404, {"object": "error", "message": "The model `m` does not exist.", "type": "NotFoundError", "code": 404}, "no-such-model"),
    (424, {"error": "Request failed during generation: CUDA out of memory", "error_type": "generation"}, "http-424"),
    (200, error("model is loading, try again later"), "http-503"),
    # OpenAI and Azure
    (403, error("Project `proj_1` does not have access to model `m`", type="invalid_request_error", code="model_not_found"), "no-such-model"),
    (400, error("Invalid prompt: your prompt was flagged as potentially violating our usage policy.", code="invalid_prompt"), "content-filter"),
    (410, error("The model 'Format:OpenAI,Name:m,Version:1' has been deprecated since 03/31/2026 00:00:00.", code="ServiceModelDeprecated"), "no-such-model"),
    (404, error("The model `m` has been deprecated, learn more here.", code="model_not_found"), "no-such-model"),
    (429, error("Request too large for m in organization org-1 on tokens per min (TPM): Limit 10000, Requested 12000. The input or output tokens must be reduced in order to run successfully.", type="tokens", code="rate_limit_exceeded"), "too-long"),
    (404, error("Resource not found", code="404"), "no-such-address"),
    (401, {"statusCode": 401, "message": "Access denied due to invalid subscription key or wrong API endpoint."}, "unauthorized"),
    (403, error("Your organization must be verified. Unsupported region.", code="unsupported_country_region_territory", type="request_forbidden"), "unauthorized"),
    # Groq, Together, Mistral, DeepSeek, Fireworks, Cerebras, xAI, SambaNova, Perplexity
    (413, error("Request too large for model `m` in organization `o` on tokens per minute (TPM): Limit 6000, Requested 9000, please reduce your message size and try again.", type="tokens", code="rate_limit_exceeded"), "too-long"),
    (400, error("The model `m` has been decommissioned and is no longer supported. Please refer to the deprecations page.", code="model_decommissioned"), "no-such-model"),
    (400, error("Failed to generate JSON. Please adjust your prompt.", code="json_validate_failed"), "bad-reply"),
    (498, error("Flex tier capacity exceeded", code="capacity_exceeded"), "http-498"),
    (400, error("Unable to access model m. Please visit the models page to see the list of supported models.", type="invalid_request_error", code="model_not_available"), "no-such-model"),
    (404, error("Model not found, inaccessible, and/or not deployed", code="NOT_FOUND"), "no-such-model"),
    (400, {"object": "error", "message": "Invalid model: m", "type": "invalid_model", "code": "1500"}, "no-such-model"),
    (400, {"object": "error", "message": "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length", "type": "invalid_request_prompt", "code": "3051"}, "too-long"),
    (400, error("Model Not Exist", type="invalid_request_error"), "no-such-model"),
    (400, error("Content Exists Risk", type="invalid_request_error"), "content-filter"),
    (400, {"message": "Please reduce the length of the messages or completion. Current length is 9500 while limit is 8192", "type": "invalid_request_error", "code": "context_length_exceeded"}, "too-long"),
    (400, error("This model's maximum prompt length is 131072 but the request contains 537812 tokens."), "too-long"),
    (403, {"code": "The caller does not have permission", "error": "Content violates usage guidelines. Team: 1, API key ID: 2, Model: m, Failed check: SAFETY_CHECK_TYPE_BIO"}, "content-filter"),
    (404, {"code": "Some requested entity was not found", "error": "The model m does not exist or your team 1 does not have access to it."}, "no-such-model"),
    (503, error("Service is too busy. We advise users to temporarily switch to alternative providers."), "http-503"),
    # Google
    (404, [error("models/m is not found for API version v1main, or is not supported for generateContent.", code=404, status="NOT_FOUND")], "no-such-model"),
    (400, [error("User location is not supported for the API use.", code=400, status="FAILED_PRECONDITION")], "unauthorized"),
    (400, [error("API key not valid. Please pass a valid API key.", code=400, status="INVALID_ARGUMENT", details=[{"reason": "API_KEY_INVALID"}])], "unauthorized"),
    (400, [error("The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", code=400)], "too-long"),
    (503, [error("The model is overloaded. Please try again later.", code=503, status="UNAVAILABLE")], "http-503"),
    (404, [error("This model models/m is no longer available. Please update your code to use a newer model.", code=404)], "no-such-model"),
    # Anthropic
    (400, {"type": "error", "error": {"type": "invalid_request_error", "message": "prompt is too long: 210000 tokens > 200000 maximum"}}, "too-long"),
    (400, {"type": "error", "error": {"type": "invalid_request_error", "message": "Output blocked by content filtering policy"}}, "content-filter"),
    (529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "http-529"),
    # OpenRouter
    (429, upstream(429, "m is temporarily rate-limited upstream. Please retry shortly, or add your own key to accumulate your rate limits"), "rate-limit"),
    (400, upstream(400, json.dumps(error("This model's maximum context length is 8192 tokens.", code="context_length_exceeded"))), "too-long"),
    (403, upstream(403, json.dumps({"error": {"message": "Your input was flagged", "code": "content_policy_violation"}})), "content-filter"),
    (502, upstream(502, "error code: 502"), "http-502"),
    (404, error("No endpoints found for vendor/m.", code=404), "no-such-model"),
    (400, error("vendor/m is not a valid model ID", code=400), "no-such-model"),
    (403, error("m requires moderation. Your input was flagged for \"violence\".", code=403, metadata={"reasons": ["violence"], "flagged_input": "Why"}), "content-filter"),
    (200, upstream(429, "error code: 1015"), "rate-limit"),
    (200, upstream(None, "Internal Server Error"), "bad-reply"),
    (200, {**error("Provider returned error", code=502), "choices": [{"message": {"content": ""}}]}, "http-502"),
    # AWS and gateways
    (504, {"message": "Endpoint request timed out"}, "http-504"),
    (400, {"message": "Input is too long for requested model."}, "too-long"),
    (400, {"message": "The provided model identifier is invalid."}, "no-such-model"),
    (400, error("Too many requests, please wait before trying again.", type="ThrottlingException"), "rate-limit"),
    (403, {"message": "Forbidden"}, "unauthorized"),
    (404, {"message": "no Route matched with those values"}, "no-such-address"),
    (503, error("No available channel for model m under group default (distributor)", type="new_api_error", code="model_not_found"), "no-such-model"),
    (500, error("sensitive words detected", type="new_api_error", code="sensitive_words_detected"), "content-filter"),
    (400, error("litellm.ContextWindowExceededError: OpenAIException - {'error': 'too long'}", type="invalid_request_error", code="400"), "too-long"),
    (400, error("litellm.BadRequestError: OpenAIException - {\"error\": {\"message\": \"The model `m` does not exist\", \"code\": \"model_not_found\"}}"), "no-such-model"),
    (404, {"detail": "Not Found"}, "no-such-address"),
    (404, {"title": "Gone", "status": 410, "detail": "The model 'm' has reached its end of life on 2026-08-07 and is no longer available."}, "no-such-model"),
    (422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]}, "http-422"),
    # pages of nginx and Cloudflare
    (502, "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>", "http-502"),
    (503, "<html><head><title>503 Service Temporarily Unavailable</title></head><body><hr><center>cloudflare</center></body></html>", "http-503"),
    (413, "<html><head><title>413 Request Entity Too Large</title></head></html>", "http-413"),
    (403, "<!DOCTYPE html><title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>", "blocked"),
    (403, "error code: 1020", "blocked"),
    (524, "<!DOCTYPE html><title>a timeout occurred</title>", "http-524"),
    (429, "<!DOCTYPE html><title>Access denied | Error 1015: you are being rate limited</title>", "rate-limit"),
    (407, "<html><title>407 Proxy Authentication Required</title></html>", "proxy"),
    (451, "", "unauthorized"),
    (400, "<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>", "no-such-address"),
    (400, error("max_tokens must be at least 1, got -1024."), "too-long"),
    (400, error("This model is deprecated. Please use a newer one."), "no-such-model"),
    (400, error("`temperature` is deprecated for this model."), "http-400"),
    (400, error("Unsupported parameter for this model. The parameter has been deprecated."), "http-400"),
    (403, error("Requests from your country are not allowed."), "unauthorized"),
    # Zhipu, MiniMax, DashScope, Moonshot, SiliconFlow
    (200, {"code": 1302, "msg": "您的账户已达到速率限制", "success": False}, "rate-limit"),
    (429, {"error": {"code": "1305", "message": "该模型当前访问量过大"}}, "rate-limit"),
    (400, {"error": {"code": "1211", "message": "模型不存在，请检查模型代码。"}}, "no-such-model"),
    (400, {"contentFilter": [{"level": 1}], "error": {"code": "1301", "message": "系统检测到输入或生成内容可能包含不安全或敏感内容"}}, "content-filter"),
    (200, {"base_resp": {"status_code": 1004, "status_msg": "login fail: Please carry the API secret key"}}, "unauthorized"),
    (200, {"base_resp": {"status_code": 1026, "status_msg": "input new_sensitive"}, "choices": None}, "content-filter"),
    (400, error("Input data may contain inappropriate content.", code="data_inspection_failed"), "content-filter"),
    (404, error("Not found the model m or Permission denied", type="resource_not_found_error"), "no-such-model"),
    (400, error("The request was rejected because it was considered high risk", type="content_filter"), "content-filter"),
    (400, {"code": 20012, "message": "Model does not exist. Please check it carefully.", "data": None}, "no-such-model"),
    # errors with status 200
    (200, {"success": False, "errors": [{"code": 7003, "message": "No route for the URI"}], "result": None}, "no-such-address"),
    (200, {"error": "Unauthorized"}, "unauthorized"),
    (200, {"error": {"type": "server_error", "message": "upstream timed out"}}, "http-504"),
    (200, {"error": {"code": "rate_limit_exceeded", "message": "slow down"}}, "rate-limit"),
    (200, {"detail": "Request timed out."}, "http-504"),
    (200, {"choices": [{"error": {"code": 429, "message": "Rate limited"}, "message": None}]}, "rate-limit"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "cause"), WORDINGS)
def test_each_wording_has_its_meaning(status, body, cause):
    raw = (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()
    if status == 200:
        failure = classify_bad_reply(BadReply("no message"), 200, {}, raw, TARGET, answered=False)
    else:
        failure = classify_response(status, {}, raw, TARGET)
    assert failure.cause == cause, failure.message
    assert "{" not in failure.message or "litellm" in failure.message


REASONS = [
    (upstream(429, "m is temporarily rate-limited upstream."), "Provider returned error: m is temporarily rate-limited upstream."),
    (upstream(400, '{"error":{"message":"seed is wrong"}}'), "Provider returned error: seed is wrong"),
    (error("Bad request", details="top_p must be below 1"), "Bad request: top_p must be below 1"),
    (error('{"error": {"message": "seed is wrong", "code": 400}}'), "seed is wrong"),
    ({"error": "Bad Request", "message": "seed is wrong"}, "Bad Request: seed is wrong"),
    ({"detail": [{"loc": ["body", "seed"], "msg": "wrong"}, {"loc": ["body", "n"], "msg": "wrong"}]}, "body.seed: wrong; body.n: wrong"),
    ({"errors": [{"message": "seed is wrong"}]}, "seed is wrong"),
    ({"fault": {"faultstring": "seed is wrong", "detail": {"errorcode": "x"}}}, "seed is wrong"),
    ({"Message": "seed is wrong"}, "seed is wrong"),
    (error("Range of seed should be [1, 9]"), "Range of seed should be [1, 9]"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "message"), REASONS)
def test_the_provider_s_own_reason_is_in_the_message(body, message):
    assert classify_response(400, {}, json.dumps(body).encode(), TARGET).message == message
