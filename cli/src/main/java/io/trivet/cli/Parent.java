package io.trivet.cli;

import io.trivet.model.Address;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command that has others below it, which ask the cluster that was named in front of them. */
interface Parent {
    /** What {@code --cluster} said; null without it. */
    @Nullable
    List<Address> seeds();
}
