// What a failed request means, as a sentence that says what to do.

export const UNREACHABLE = "The review server cannot be reached. Check that `generator review` still runs, then try again.";

const BY_STATUS = {
  401: "You are no longer signed in. Open the link that `generator review` printed.",
  403: "The review server refused this request. Reload the page, then try again.",
  404: "This no longer exists. Reload the page.",
  413: "The text is too long for the review server. Shorten it, then try again.",
};

// The message for a response without one of its own.
export function sentenceOfStatus(status) {
  return BY_STATUS[status] ?? `The review server failed with status ${status}. Try again; the terminal of \`generator review\` says more.`;
}

// The message of an error that a request threw: browsers word a lost connection differently.
export function sentenceOf(error) {
  if (error instanceof TypeError) return UNREACHABLE;
  return error.message || "The request failed. Reload the page, then try again.";
}
