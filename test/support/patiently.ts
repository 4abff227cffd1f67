/** Asking as a client does that is told to wait: an account has twenty requests a second, and a quick machine makes more. */

/** The first answer that is not 429; those are kept back by the listener for as long as one has to wait, and nothing was done. */
export async function patiently(send: () => Promise<Response>): Promise<Response> {
  const response = await send();
  if (response.status !== 429) return response;
  await response.body?.cancel();
  return patiently(send);
}
