package io.trivet.cli;

/** A failure that can be told in any language. */
interface Explained {
    Text text();
}
