package io.trivet.node.http;

import java.util.Optional;

/** How a node is, for those who start it again or send others to it. Any thread; does not wait. */
public interface Health {
    /** Whether the process does its work at all: where it does not, starting it again may help. */
    boolean lives();

    /** Why nobody should be sent here now; a few words without quotes. Empty where the node serves. */
    Optional<String> notReady();
}
