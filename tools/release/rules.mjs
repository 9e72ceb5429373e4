/** What `npm run release` holds to, as functions. A fault is a sentence; undefined if there is none. */

/** Where from: the branch, and nothing that is not committed. */
export function faultOfTree(status, branch) {
  if (status !== '') return `there are changes that are not committed:\n${status}`;
  if (branch !== 'main') return `releases are made on main, and this is ${branch}`;
  return undefined;
}

/**
 * The fields of a package.json that say where the project is, from the address of a git remote, for the package in `folder` of
 * its repository; undefined for an address that nobody else can follow, such as a path.
 */
export function homeOf(remote, folder = '') {
  const [, host, path] =
    /^(?:git\+)?(?:https?:\/\/(?:[^@/]*@)?|ssh:\/\/[^@/]+@|git:\/\/|[^@/:]+@)([\w.-]+\.\w+)(?::\d+)?[:/]([^?#]+?)(?:\.git)?\/?$/.exec(
      remote,
    ) ?? [];
  if (host === undefined) return undefined;
  const page = `https://${host.toLowerCase()}/${path}`;
  const repository = { type: 'git', url: `git+${page}.git` };
  return {
    homepage: `${page}${folder === '' ? '' : `/tree/main/${folder}`}#readme`,
    repository: folder === '' ? repository : { ...repository, directory: folder },
    bugs: { url: `${page}/issues` },
  };
}

/**
 * Whether the release comes from the address that package.json states: `remote` is what `--repository` says, or else the remote
 * origin. npm shows the address with the package, resolves links of the README by it, and compares it with the provenance.
 */
export function faultOfHome(pkg, remote) {
  const stated = pkg.repository?.url;
  if (homeOf(stated ?? '') === undefined)
    return 'package.json has no repository that others can follow; --repository <url> --move writes one';
  const from = homeOf(remote);
  if (from === undefined)
    return `the release has to come from ${stated}, and git has no remote origin that others can follow; --repository <url> names one`;
  if (from.repository.url !== stated)
    return `package.json says ${stated}, and the release comes from ${from.repository.url}; --move writes the latter into package.json`;
  return undefined;
}

/** package.json with the fields of `home` behind its licence, where people look for them. */
export function withHome(pkg, home) {
  const { homepage: _, repository: __, bugs: ___, ...rest } = pkg;
  return Object.fromEntries(
    Object.entries(rest).flatMap((field) =>
      field[0] === 'license' ? [field, ...Object.entries(home)] : [field],
    ),
  );
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

/** A lock file of the package with its new version; nothing else in it belongs to the version. */
export function locked(lock, version) {
  const content = JSON.parse(lock);
  content.version = version;
  content.packages[''].version = version;
  return `${JSON.stringify(content, null, 2)}\n`;
}
