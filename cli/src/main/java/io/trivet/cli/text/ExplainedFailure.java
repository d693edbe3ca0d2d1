package io.trivet.cli.text;

/** A failure that can be told in any language. */
public interface ExplainedFailure {
    Text text();
}
