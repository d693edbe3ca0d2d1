package io.trivet.cli.remote;

import io.trivet.model.Address;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command that has others below it, which ask the cluster that was named in front of them. */
public interface CommandGroup {
    /** What {@code --cluster} said; null without it. */
    @Nullable
    List<Address> seeds();
}
