package io.trivet.packages;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;

/**
 * Converts classes of Java 5 and older to a current version: the JVM caches no linked class below
 * version 50, and picocli, a third of what a client command loads, has version 49. The methods do
 * the same; stack maps, which such classes lack, are computed.
 */
final class ModernClasses {
    /** The oldest version whose classes the cache takes. */
    private static final int OLDEST_KEPT = ClassFile.JAVA_6_VERSION;

    private static final int GIVEN = ClassFile.JAVA_21_VERSION;

    private final ClassFile classFile;

    /** @param hierarchy loads the classes that the converted ones refer to */
    ModernClasses(ClassLoader hierarchy) {
        this.classFile = ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                ClassFile.ConstantPoolSharingOption.NEW_POOL,
                ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(hierarchy)
                        .orElse(ClassHierarchyResolver.defaultResolver())));
    }

    /** Returns a class that is new enough unchanged. */
    byte[] modern(byte[] bytes) {
        ClassModel model = classFile.parse(bytes);
        if (model.majorVersion() >= OLDEST_KEPT) {
            return bytes;
        }
        ClassTransform code = ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL);
        ClassTransform version = (builder, element) -> {
            if (element instanceof ClassFileVersion) {
                builder.withVersion(GIVEN, 0);
            } else {
                builder.with(element);
            }
        };
        return classFile.transformClass(model, version.andThen(code));
    }
}
