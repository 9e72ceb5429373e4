// Stub
export async function publish() {
  return [];
}
