package io.trivet.cli.remote;

/** What turns something on or off, as it is typed. */
public enum OnOff {
    on,
    off
}
