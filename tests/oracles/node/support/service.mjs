// Watson Machine Learning as any service that IBM generates a client for: a base class and an authenticator.

import { announced, input, load, url, version } from "./mock.mjs";

const { BaseService } = load("ibm-cloud-sdk-core");

/** The token which the library puts on a request. */
export async function tokenOf(authenticator) {
  const request = { headers: {} };
  await authenticator.authenticate(request);
  const [scheme, token] = request.headers.Authorization.split(" ");
  if (scheme !== "Bearer") throw new Error(`scheme is ${scheme}`);
  return token;
}

/** Scores two rows; how many predictions came back. */
export async function score(authenticator) {
  const service = new BaseService({ authenticator, serviceUrl: url });
  const { result } = await service.createRequest({
    options: {
      url: `/ml/v4/deployments/${announced.deployment_id}/predictions`,
      method: "POST",
      qs: { version },
      body: input,
    },
    defaultOptions: {
      serviceUrl: url,
      headers: { Accept: "application/json", "Content-Type": "application/json" },
    },
  });
  return result.predictions[0].values.length;
}
