/** A reporter of vitest's that names the tests which passed by a second try only, so that they are not forgotten. */
export default class SecondTries {
  onTestRunEnd(modules) {
    const names = [];
    for (const module of modules)
      for (const test of module.children.allTests())
        if (test.diagnostic()?.flaky === true) names.push(`${module.relativeModuleId}: ${test.fullName}`);
    if (names.length > 0) process.stdout.write(`\nPassed by a second try only:\n  ${names.join('\n  ')}\n`);
  }
}
