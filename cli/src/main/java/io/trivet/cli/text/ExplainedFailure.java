package io.trivet.cli.text;

/** A failure with a message in any language. */
public interface ExplainedFailure {
    Text text();
}
