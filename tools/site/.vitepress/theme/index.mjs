import DefaultTheme from 'vitepress/theme';
import MemoryCalculator from './MemoryCalculator.vue';
import './style.css';

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('MemoryCalculator', MemoryCalculator);
  },
};
