// A server in front of the mock that counts what passes through it.

import http from "node:http";
import { once } from "node:events";

/** Listens on a free port while `work` runs; returns the paths of the requests that it passed on. */
export async function inFrontOf(upstream, work) {
  const paths = [];
  const server = http.createServer((request, response) => {
    paths.push(request.url);
    // The path as it came: a URL object would tidy it up.
    const { hostname, port } = new URL(upstream);
    const { host: _, ...headers } = request.headers;
    const onward = http.request({ hostname, port, path: request.url, method: request.method, headers });
    onward.on("response", (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", (error) => response.destroy(error));
    request.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await work(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return paths;
}
