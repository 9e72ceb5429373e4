/** What `npm run release` holds to, as functions. A fault is a sentence; undefined if there is none. */

/** The host of addresses in package.json that stand for a home that is not known yet (RFC 2606: nobody can have it). */
const PLACEHOLDER = /\/\/([^/]+\.)?ringlet\.example(\/|$)/;

/** Where from: the branch, and nothing that is not committed. */
export function faultOfTree(status, branch) {
  if (status !== '') return `there are changes that are not committed:\n${status}`;
  if (branch !== 'main') return `releases are made on main, and this is ${branch}`;
  return undefined;
}

export function faultOfRepository(url) {
  if (url === undefined) return 'package.json has no repository';
  if (PLACEHOLDER.test(url))
    return `repository, homepage and bugs in package.json still name the placeholder ringlet.example: put the real ones there`;
  return undefined;
}

/** Whether this is a build service whose statement npm takes. */
export function faultOfProvenance(env) {
  const isGitHub = env.GITHUB_ACTIONS === 'true' && env.ACTIONS_ID_TOKEN_REQUEST_URL !== undefined;
  const isGitLab = env.GITLAB_CI === 'true' && env.SIGSTORE_ID_TOKEN !== undefined;
  if (isGitHub || isGitLab) return undefined;
  return 'provenance can be stated by a public build service with an identity token only; --no-provenance publishes without it';
}

/**
 * The changelog after `changeset version`, which has put the new version in front of the introduction: behind it, and with
 * what was written under Unreleased by hand, which belongs to that version.
 */
export function gathered(changelog) {
  const [, title, version, introduction, rest] =
    /^(# .*\n\n)(## [^]*?\n)(All notable changes .*\n\n)([^]*)$/.exec(changelog) ?? [];
  if (title === undefined) return changelog;
  return `${title}${introduction}${version}${rest.replace(/^## \[Unreleased\]\n\n?/, '')}`;
}

/** A lock file without the addresses that the packages were fetched from. */
export function named(lock) {
  return lock.replace(/^\s*"resolved": .*\n/gm, '');
}
