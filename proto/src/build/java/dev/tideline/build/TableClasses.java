package dev.tideline.build;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import net.openhft.chronicle.hash.VanillaGlobalMutableState;
import net.openhft.chronicle.values.ValueModel;

/**
 * Run by the build: generates and compiles the class that Chronicle Map otherwise generates, and
 * compiles with javac, whenever a process opens its first table. That would cost seconds of every
 * start; found on the class path, the class is taken from there. The generator is not public, hence
 * the reflection, which stays in the build.
 */
final class TableClasses {

  private TableClasses() {}

  /**
   * Generates and compiles.
   *
   * @param args where sources go, where classes go
   */
  public static void main(String[] args) throws Exception {
    var value = VanillaGlobalMutableState.class;
    var name = value.getSimpleName() + "$$Native";
    var generator =
        Class.forName("net.openhft.chronicle.values.Generators")
            .getDeclaredMethod("generateNativeClass", ValueModel.class, String.class);
    generator.setAccessible(true);
    var source = (String) generator.invoke(null, ValueModel.acquire(value), name);

    var file = Path.of(args[0], value.getPackageName().replace('.', '/')).resolve(name + ".java");
    Files.createDirectories(file.getParent());
    Files.writeString(file, source);
    var options =
        List.of(
            "-nowarn",
            "-proc:none",
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            args[1],
            file.toString());
    int failed =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
    if (failed != 0) {
      throw new IllegalStateException("javac refused " + file);
    }
  }
}
