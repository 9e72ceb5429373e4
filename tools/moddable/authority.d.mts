export function withAuthority<Result>(file: string, action: () => Result | Promise<Result>): Promise<Result>;
