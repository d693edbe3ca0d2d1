package io.trivet.faults.history;

import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of a few names in one directory: a minimal model of the namespace's rules. Immutable.
 */
record Names(Map<RemotePath, Thing> things) {
    static final Names NONE = new Names(Map.of());

    Names {
        things = Map.copyOf(things);
    }

    /** The effect of an operation. */
    record Step(Names after, Result result) {}

    Step apply(NameOperation operation) {
        return switch (operation) {
            case NameOperation.MakeDirectory make -> make(make.path());
            case NameOperation.Save save -> save(save.path(), new Thing.File(save.crc32c()));
            case NameOperation.Rename rename -> rename(rename.from(), rename.to());
            case NameOperation.Remove remove -> remove(remove.path());
            case NameOperation.Stat stat -> stat(stat.path());
        };
    }

    private Step make(RemotePath path) {
        return things.get(path) instanceof Thing.File
                ? refused(Refusal.Kind.ALREADY_EXISTS)
                : done(with(path, new Thing.Directory()));
    }

    private Step save(RemotePath path, Thing file) {
        return things.get(path) instanceof Thing.Directory
                ? refused(Refusal.Kind.IS_A_DIRECTORY)
                : done(with(path, file));
    }

    private Step rename(RemotePath from, RemotePath to) {
        Thing source = things.get(from);
        if (source == null) {
            return refused(Refusal.Kind.NO_SUCH_FILE);
        }
        if (from.equals(to)) {
            return done(this);
        }
        Thing target = things.get(to);
        if (source instanceof Thing.Directory && target instanceof Thing.File) {
            return refused(Refusal.Kind.NOT_A_DIRECTORY);
        }
        if (!(source instanceof Thing.Directory) && target instanceof Thing.Directory) {
            return refused(Refusal.Kind.IS_A_DIRECTORY);
        }
        // A directory replaces an empty one, and none of these has anything in it.
        return done(with(from, null).with(to, source));
    }

    private Step remove(RemotePath path) {
        return things.containsKey(path) ? done(with(path, null)) : refused(Refusal.Kind.NO_SUCH_FILE);
    }

    private Step stat(RemotePath path) {
        Thing thing = things.get(path);
        return thing == null ? refused(Refusal.Kind.NO_SUCH_FILE) : new Step(this, new Result.Is(thing));
    }

    private Names with(RemotePath path, @Nullable Thing thing) {
        Map<RemotePath, Thing> changed = new HashMap<>(things);
        if (thing == null) {
            changed.remove(path);
        } else {
            changed.put(path, thing);
        }
        return new Names(changed);
    }

    private static Step done(Names after) {
        return new Step(after, new Result.Done());
    }

    private Step refused(Refusal.Kind kind) {
        return new Step(this, new Result.Refused(kind));
    }
}
