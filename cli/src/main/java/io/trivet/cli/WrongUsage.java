package io.trivet.cli;

/** The arguments of a command make no sense together; {@link Program} answers with exit code 2. */
final class WrongUsage extends RuntimeException {
    private static final long serialVersionUID = 1;

    WrongUsage(String message) {
        super(message);
    }
}
