'use strict';

// Runs on whatever Node the machine has, so it keeps to syntax that Node 12 parses.
var wanted = [24, 15];
var found = process.versions.node.split('.').map(Number);

if (found[0] < wanted[0] || (found[0] === wanted[0] && found[1] < wanted[1])) {
  console.error(
    'TixGo needs Node ' +
      wanted.join('.') +
      ' or newer and found ' +
      process.versions.node +
      ': run "npm ci", which brings it for Linux, Windows and Intel Macs, or install Node 24.',
  );
  process.exit(1);
}
