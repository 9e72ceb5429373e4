/** What `npm run docs:check` holds Markdown to; how it is written is prettier's. */
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import recommended from 'remark-preset-lint-recommended';
import validateLinks from 'remark-validate-links';

export default {
  settings: { bullet: '-' },
  plugins: [
    remarkFrontmatter,
    remarkGfm,
    recommended,
    ['remark-lint-list-item-indent', false],
    // `[start, end)` and `[Unreleased]` are no links.
    ['remark-lint-no-undefined-references', false],
    // Links between pages, and to headings. No address outside is asked.
    [validateLinks, { repository: false }],
  ],
};
