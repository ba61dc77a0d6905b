/* demo-app - the demo as the program that t/web.sh asks. */
#include "demo.h"

int
main(int argc, char **argv)
{
	return web_main(argc, argv, &demo_app);
}
