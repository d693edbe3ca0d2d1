package io.trivet.mount;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;

/** Sets, reads, lists and removes extended attributes of a file, before and after a change. */
final class ExtendedAttributesCheck {
    private ExtendedAttributesCheck() {}

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        Files.writeString(file, "one");
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        view.write("colour", StandardCharsets.UTF_8.encode("green"));
        view.write("empty", ByteBuffer.allocate(0));
        Files.writeString(file, "two"); // attributes outlive the content
        require(view.list().stream().sorted().toList().equals(List.of("colour", "empty")), "list " + view.list());
        ByteBuffer value = ByteBuffer.allocate(view.size("colour"));
        view.read("colour", value);
        require(StandardCharsets.UTF_8.decode(value.flip()).toString().equals("green"), "value");
        view.delete("empty");
        require(view.list().equals(List.of("colour")), "after the removal " + view.list());
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
