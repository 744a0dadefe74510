// What the others are compared with: reads standard input.
#include <cstdio>

int main() {
  static char text[1 << 20];
  return std::fread(text, 1, sizeof text, stdin) == 0 ? 1 : 0;
}
