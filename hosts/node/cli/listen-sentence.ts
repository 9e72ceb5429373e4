/** What the system says about an address that cannot be listened on, for a person. */
export function listenSentence(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') return `port ${port} on ${host} is already in use`;
  if (error.code === 'EACCES') return `port ${port} on ${host} may not be used by this user`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `${host} is no address of this machine`;
  return `cannot listen on ${host}, port ${port}: ${error.message}`;
}
