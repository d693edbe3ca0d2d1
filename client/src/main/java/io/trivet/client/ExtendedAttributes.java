package io.trivet.client;

import io.trivet.model.Attributes;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The extended attributes {@code user.*} of local files, as attributes of files of the cluster. */
final class ExtendedAttributes {
    /** Java leaves it out of the names. */
    static final String PREFIX = "user.";

    private ExtendedAttributes() {}

    /**
     * None on a file system without them. Throws {@code BAD_REQUEST} if they are more than a file of
     * the cluster can have.
     */
    static Attributes of(Path file) throws IOException {
        Map<String, byte[]> values = new TreeMap<>();
        @Nullable UserDefinedFileAttributeView view = view(file);
        if (view != null) {
            for (String name : view.list()) {
                ByteBuffer value = ByteBuffer.allocate(view.size(name));
                view.read(name, value);
                values.put(PREFIX + name, value.array());
            }
        }
        try {
            return Attributes.of(values);
        } catch (IllegalArgumentException e) {
            throw new TrivetException(
                    new Refusal(
                            Refusal.Kind.BAD_REQUEST,
                            file.toString(),
                            "its extended attributes cannot be kept: " + e.getMessage() + ": save it without -p"),
                    e);
        }
    }

    /** Sets them; others that the file has stay. Throws {@code DENIED} if that is not possible. */
    static void set(Path file, Attributes attributes) {
        for (String name : attributes.names()) {
            if (name.startsWith(PREFIX) && name.length() > PREFIX.length()) {
                set(file, name, attributes.get(name).orElseThrow());
            }
        }
    }

    private static void set(Path file, String name, byte[] value) {
        @Nullable
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        try {
            if (view == null) {
                throw new IOException("not supported");
            }
            view.write(name.substring(PREFIX.length()), ByteBuffer.wrap(value));
        } catch (IOException e) {
            throw new TrivetException(
                    new Refusal(
                            Refusal.Kind.DENIED,
                            file.toString(),
                            "the extended attribute " + name
                                    + " cannot be set there: nothing was loaded; load it without -p"),
                    e);
        }
    }

    /**
     * Null on a file system without extended attributes. One that has them, and fails to say which,
     * is a failure: what is asked to be kept is not left out silently.
     */
    private static @Nullable UserDefinedFileAttributeView view(Path file) throws IOException {
        @Nullable
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        try {
            if (view != null) {
                view.list();
            }
            return view;
        } catch (IOException e) {
            if (Files.getFileStore(file).supportsFileAttributeView(UserDefinedFileAttributeView.class)) {
                throw e;
            }
            return null;
        }
    }
}
