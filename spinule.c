/* spinule.c — the program: the only place that prints and exits. */
int main(void) { return 0; }
