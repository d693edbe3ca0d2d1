package io.trivet.cli.remote;

/** {@code on} or {@code off}, as typed. */
public enum OnOff {
    on,
    off
}
