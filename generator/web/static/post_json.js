// Sends JSON to the server. With `keepalive` the request also arrives while the page is left.

export function postJson(url, body, { keepalive = false } = {}) {
  return fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    keepalive,
  });
}
