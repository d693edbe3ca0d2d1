package io.trivet.cli;

/** A command failed in a way that it can explain: the message is the line for the person. */
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1;

    CommandFailure(String message) {
        super(message);
    }
}
