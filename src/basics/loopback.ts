/** Names and addresses by which a machine reaches nobody but itself. Pure. */

/** @param host without brackets: `127.0.0.1`, `::1`, `localhost` */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return name === "localhost" || name === "::1" || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(name);
}
