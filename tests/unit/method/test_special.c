/*
 * METHOD U4: exp, log and the tails against tables of 20 digits. They were made with
 * mpmath at 50 digits and more, at the doubles that the arguments are: exp and log by
 * its functions, the normal by erfc, t from the power series of the incomplete beta
 * function (about the middle with as many spare digits as the tail has zeros), checked
 * by quadrature of the density.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "common/method/quantile.h"
#include "common/method/special.h"

struct point {
	double x, value;
};

static const struct point exponentials[] = {
    {-708.25, 2.5759248692837693828e-308},
    {-700, 9.8596765437597708567e-305},
    {-600.5, 1.6075467697937942387e-261},
    {-500.125, 6.2874166111764710118e-218},
    {-355, 6.690505381266149132e-155},
    {-256, 6.616261056709485261e-112},
    {-137.0625, 2.982033885553705094e-60},
    {-100, 3.720075976020835963e-44},
    {-64, 1.603810890548637853e-28},
    {-37.5, 5.1755550058018685349e-17},
    {-20, 2.061153622438557828e-9},
    {-12.25, 4.7851173921290090896e-6},
    {-10, 4.5399929762484851536e-5},
    {-5.5, 0.0040867714384640669935},
    {-4, 0.018315638888734180294},
    {-3, 0.049787068367863942979},
    {-2, 0.13533528323661269189},
    {-1.5, 0.22313016014842982893},
    {-1, 0.3678794411714423216},
    {-0.75, 0.47236655274101470714},
    {-0.5, 0.6065306597126334236},
    {-0.375, 0.68728927879097219855},
    {-0.25, 0.77880078307140486825},
    {-0.125, 0.88249690258459540286},
    {-0.0009765625, 0.99902391418197566223},
    {-9.313225746154785e-10, 0.99999999906867742582},
    {0, 1.0},
    {9.313225746154785e-10, 1.000000000931322575},
    {0.0009765625, 1.0009770394924165352},
    {0.0625, 1.0644944589178594296},
    {0.34375, 1.4102260349257107057},
    {0.359375, 1.432433863565078115},
    {0.5, 1.6487212707001281468},
    {1, 2.7182818284590452354},
    {2, 7.3890560989306502272},
    {3.5, 33.115451958692313751},
    {10, 22026.465794806716517},
    {22.125, 4062238445.9734065342},
    {100, 2.6881171418161354484e+43},
    {300.75, 4.1121167109946365895e+130},
    {512, 2.2844135865397566404e+222},
    {700, 1.0142320547350045095e+304},
    {709.5, 1.3549863193146328309e+308},
};

static const struct point logarithms[] = {
    {5e-324, -744.44007192138126231},
    {2.2250738585072014e-308, -708.39641853226410622},
    {1e-300, -690.77552789821370518},
    {1e-100, -230.25850929940456838},
    {1e-20, -46.051701859880913735},
    {1e-05, -11.512925464970228338},
    {0.001, -6.9077552789821370312},
    {0.0625, -2.7725887222397812377},
    {0.1, -2.3025850929940456285},
    {0.25, -1.3862943611198906188},
    {0.3, -1.2039728043259360296},
    {0.5, -0.69314718055994530942},
    {0.6, -0.51082562376599072021},
    {0.7, -0.35667494393873244235},
    {0.70703125, -0.3466804132137367285},
    {0.70751953125, -0.34599004383871602489},
    {0.75, -0.28768207245178092744},
    {0.875, -0.13353139262452262315},
    {0.9, -0.10536051565782627656},
    {0.984375, -0.015748356968139168608},
    {0.9990234375, -0.00097703964782661278597},
    {0.9999999990686774, -9.3132257504915938489e-10},
    {1.0000000000000009, 8.8817841970012483791e-16},
    {1.0000000009313226, 9.313225741817976469e-10},
    {1.0009765625, 0.00097608597305545889596},
    {1.0625, 0.060624621816434842581},
    {1.1, 0.095310179804324940787},
    {1.25, 0.22314355131420975577},
    {1.375, 0.31845373111853461581},
    {1.4140625, 0.34646676734620858092},
    {1.4150390625, 0.34715713672122928453},
    {1.5, 0.40546510810816438198},
    {1.75, 0.55961578793542268627},
    {2, 0.69314718055994530942},
    {3, 1.0986122886681096914},
    {7, 1.9459101490553133051},
    {10, 2.302585092994045684},
    {50, 3.9120230054281460586},
    {100, 4.605170185988091368},
    {1024, 6.9314718055994530942},
    {12345, 9.4210064017792798779},
    {10000000000, 23.02585092994045684},
    {1e50, 115.12925464970228428},
    {1e200, 460.51701859880913677},
    {1e308, 709.19620864216607069},
};

static const struct point normal_tails[] = {
    {9.094947017729282e-13, 0.49999999999963716411},
    {0.001, 0.49960105778608893741},
    {0.03125, 0.4875350825656228727},
    {0.125, 0.45026177516988710702},
    {0.25, 0.40129367431707627576},
    {0.5, 0.30853753872598689636},
    {0.6875, 0.24588385038026145383},
    {0.75, 0.22662735237686819933},
    {1, 0.15865525393145705141},
    {1.25, 0.10564977366685525769},
    {1.5, 0.066807201268858066004},
    {1.625, 0.052081279415219547733},
    {1.75, 0.040059156863817090419},
    {1.875, 0.030396361765261375051},
    {1.96875, 0.024490903264233274266},
    {1.9990234375, 0.022802909016358416996},
    {2, 0.0227501319481792072},
    {2.0009765625, 0.02269745785960434464},
    {2.125, 0.01679330644844881259},
    {2.5, 0.006209665325776135167},
    {2.75, 0.0029797632350545567543},
    {3, 0.0013498980316300945267},
    {3.25, 0.00057702504239076704292},
    {3.5, 0.00023262907903552503635},
    {4, 3.1671241833119921254e-5},
    {4.5, 3.3976731247300604017e-6},
    {5, 2.8665157187919391167e-7},
    {6, 9.865876450376981407e-10},
    {7.0625, 8.1766657901766044647e-13},
    {8, 6.2209605742717841235e-16},
    {10, 7.619853024160526066e-24},
    {12.5, 3.7325642988777133772e-36},
    {15, 3.6709661993127508858e-51},
    {17.75, 8.6177013091948126816e-71},
    {20, 2.7536241186062336951e-89},
    {23, 2.3306370062206487986e-117},
    {25.5, 9.8562365189639287943e-144},
    {30, 4.9067139271481870595e-198},
    {33.25, 1.020657189884391714e-242},
    {35, 1.124910706472406244e-268},
    {36.59375, 1.7978676832176565084e-293},
    {37, 5.7255712225245768227e-300},
    {37.5, 4.6053530095819548438e-308},
};

static const struct {
	double t, df, value;
} t_tails[] = {
    {0.5, 1, 0.35241638234956672582},
    {1, 1, 0.25},
    {2, 1, 0.14758361765043327418},
    {63.65625, 1, 0.00500003857296664342},
    {1000, 1, 0.00031830978008055893887},
    {0.875, 1, 0.27118930463494641219},
    {0.75, 2, 0.26573935716709090171},
    {1.5, 2, 0.13619656244550053972},
    {3, 2.5, 0.036288047774515921947},
    {1000, 3, 1.1026538212882963483e-9},
    {0.125, 4.75, 0.45282006697967088019},
    {2.75, 5, 0.020155111270012716646},
    {1.875, 9, 0.046774830603161728768},
    {2.25, 9, 0.025501630353475401607},
    {3.25, 9.5, 0.0046577710136049941397},
    {12, 9, 3.8499431114928260166e-7},
    {1000, 9, 2.5458033039484674029e-24},
    {0.0625, 17.25, 0.47544157903459179753},
    {2.109375, 17, 0.025021363521615034032},
    {6, 17.5, 6.34487683228729142e-6},
    {1.5, 29.125, 0.072188820857451910859},
    {2.75, 29.125, 0.0050675476612263689783},
    {3.5, 33.625, 0.00066678142900437233528},
    {8, 49, 9.5527197764777271524e-11},
    {1000, 49, 1.4550878588433689165e-107},
    {1.9921875, 58.25, 0.025522196125060964721},
    {2, 58.25, 0.025085097440607173929},
    {2.625, 99.5, 0.0050157527624030774635},
    {25, 99.5, 5.4587891905616118064e-45},
    {3, 211, 0.0015123084592033255458},
    {4.25, 500.75, 1.275105537116546033e-5},
    {1, 1000, 0.15877620904233615354},
    {15, 1000, 2.5051194684978245214e-46},
    {30, 1234.5, 2.8638262081392521661e-149},
    {2.5, 5000.25, 0.0062255573048742134418},
    {5, 12345.75, 2.9058692353916283144e-7},
    {20, 12345.75, 6.6719475223032087612e-88},
    {0.25, 100000, 0.40129393108853635511},
    {3.75, 100000, 8.8467085051326174137e-5},
    {33, 100000, 7.7504837724745945909e-238},
    {1.96875, 1000000, 0.024491041126309092223},
    {1.9990234375, 1000000, 0.022803044086043834296},
    {2.0009765625, 1000000, 0.022697592744750997046},
    {4, 1000000, 3.167351700502405231e-5},
    {10, 1000000, 7.6393053840891247767e-24},
    {36, 1000000, 6.3669955601995133625e-284},
    {2, 0.5, 0.22275744509156561559},
    {3, 0.0625, 0.41051180376235778167},
    {7.5, 1000000000, 3.1908942860028161841e-14},
};

static void assert_near(double value, double expected)
{
	if (!(fabs(value - expected) <= 1e-12 * fabs(expected)))
		fail_msg("%.20g instead of %.20g", value, expected);
}

static void exp_of_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof exponentials / sizeof *exponentials; i++)
		assert_near(special_exp(exponentials[i].x), exponentials[i].value);
}

static void log_of_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof logarithms / sizeof *logarithms; i++)
		assert_near(special_log(logarithms[i].x), logarithms[i].value);
}

static void normal_tail_of_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof normal_tails / sizeof *normal_tails; i++)
		assert_near(special_normal_tail(normal_tails[i].x),
			    normal_tails[i].value);
}

static void t_tail_of_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof t_tails / sizeof *t_tails; i++)
		assert_near(special_t_tail(t_tails[i].t, t_tails[i].df),
			    t_tails[i].value);
}

static void beyond_the_doubles(void **state)
{
	(void)state;
	assert_true(special_exp(-746) == 0);
	assert_true(special_exp(-1e300) == 0);
	assert_true(isinf(special_exp(710)));
	assert_true(isinf(special_exp(1e300)));
	assert_true(special_log(1) == 0);
	assert_true(special_normal_tail(40) == 0);
	assert_true(special_normal_tail(1e200) == 0);
	assert_true(special_t_tail(1000, 1e6) == 0);
}

/* The Cauchy tail 1 / (pi t) is a double where t^2 is none. */
static void far_t_tail(void **state)
{
	(void)state;
	assert_near(special_t_tail(1e200, 1), 3.1830988618379067154e-201);
	assert_near(special_t_tail(1e-200, 1), 0.5);
}

static void half_from_zero_down(void **state)
{
	(void)state;
	assert_true(special_normal_tail(0) == 0.5);
	assert_true(special_normal_tail(-3) == 0.5);
	assert_true(special_t_tail(0, 7.5) == 0.5);
	assert_true(special_t_tail(-3, 7.5) == 0.5);
}

/* Over the borders between series and fraction too. */
static void tails_fall(void **state)
{
	static const double df[] = {0.25, 1, 3.5, 4, 40, 1e4, 1e6};

	(void)state;
	for (double z = 0; z < 8; z += 0x1p-7) {
		assert_true(special_normal_tail(z + 0x1p-7) < special_normal_tail(z));
		for (size_t i = 0; i < sizeof df / sizeof *df; i++)
			assert_true(special_t_tail(z + 0x1p-7, df[i]) <
				    special_t_tail(z, df[i]));
	}
}

/* quantile.c has other formulas: sums over whole df and Newton's method. */
static void tail_of_the_quantile(void **state)
{
	(void)state;
	for (uint32_t df = 1; df < 3000; df = df + 1 + df / 8)
		assert_near(special_t_tail(quantile_t975(df), df), 0.025);
}

/* The same bits everywhere: these are the ones. */
static void bits(void **state)
{
	(void)state;
	assert_true(special_exp(-708.25) == 0x1.285dc1b5961f1p-1022);
	assert_true(special_exp(-1.5) == 0x1.c8f87724b5c1dp-3);
	assert_true(special_exp(0.0009765625) == 0x1.00400800aab55p+0);
	assert_true(special_exp(0.34375) == 0x1.690492cbf9433p+0);
	assert_true(special_exp(22.125) == 0x1.e441addbf2625p+31);
	assert_true(special_exp(700) == 0x1.d945df4f8ec8ep+1009);

	assert_true(special_log(1e-300) == -0x1.5963447f87fb5p+9);
	assert_true(special_log(0.3) == -0x1.34378fcbda721p+0);
	assert_true(special_log(0.9) == -0x1.af8e8210a415cp-4);
	assert_true(special_log(1.0009765625) == 0x1.ffc00aa8ab11p-11);
	assert_true(special_log(1.4140625) == 0x1.62c82f2b9c795p-2);
	assert_true(special_log(7) == 0x1.f2272ae325a57p+0);
	assert_true(special_log(12345) == 0x1.2d78e26ae18e8p+3);

	assert_true(special_normal_tail(0.25) == 0x1.9aecba9d22528p-2);
	assert_true(special_normal_tail(1.5) == 0x1.11a46d89647f4p-4);
	assert_true(special_normal_tail(1.9990234375) == 0x1.759a551ea6abp-6);
	assert_true(special_normal_tail(2.75) == 0x1.86904349ec805p-9);
	assert_true(special_normal_tail(4.5) == 0x1.c80728dd3b03dp-19);
	assert_true(special_normal_tail(37) == 0x1.eaccc6bfeb0afp-995);

	assert_true(special_t_tail(2, 0.5) == 0x1.c8350e2cdecd1p-3);
	assert_true(special_t_tail(0.75, 2) == 0x1.101dfa612bbe6p-2);
	assert_true(special_t_tail(3.25, 9.5) == 0x1.31406e2cfa08cp-8);
	assert_true(special_t_tail(2, 58.25) == 0x1.9afe8647f5dc1p-6);
	assert_true(special_t_tail(12.25, 300.5) == 0x1.746586792bad9p-93);
	assert_true(special_t_tail(30, 1234.5) == 0x1.76fa1450d9884p-494);
	assert_true(special_t_tail(36, 2500.5) == 0x1.80864a28ac3e2p-760);
	assert_true(special_t_tail(1.96875, 1000000) == 0x1.9142df2badecp-6);
	assert_true(special_t_tail(4, 1000000) == 0x1.09b25c1eaab75p-15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(exp_of_the_table),
	    cmocka_unit_test(log_of_the_table),
	    cmocka_unit_test(normal_tail_of_the_table),
	    cmocka_unit_test(t_tail_of_the_table),
	    cmocka_unit_test(beyond_the_doubles),
	    cmocka_unit_test(far_t_tail),
	    cmocka_unit_test(half_from_zero_down),
	    cmocka_unit_test(tails_fall),
	    cmocka_unit_test(tail_of_the_quantile),
	    cmocka_unit_test(bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
