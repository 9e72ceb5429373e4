// The import of Node itself: test runners replace the one of the modules that they load.
'use strict';
module.exports = (url) => import(url);
