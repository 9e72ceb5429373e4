export const UNCOVERED = [];
